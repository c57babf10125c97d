/** The addresses. An image opened from a wall lies over it: the wall stays where it was. */
import { computed } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalizedLoaded, type RouteRecordRaw } from 'vue-router'
import { base } from './api/client'
import WallPage from './wall/WallPage.vue'

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'wall', component: WallPage },
  { path: '/images/:id', name: 'image', component: () => import('./viewer/Viewer.vue'), props: true },
  { path: '/similar', name: 'similar', component: () => import('./similar/SimilarPage.vue') },
  { path: '/collections', name: 'collections', component: () => import('./collections/CollectionsPage.vue') },
  { path: '/collections/:id', name: 'collection', component: () => import('./collections/CollectionPage.vue') },
  { path: '/duplicates', name: 'duplicates', component: () => import('./duplicates/DuplicatesPage.vue') },
  { path: '/labels', name: 'labels', component: () => import('./labels/LabelsPage.vue') },
  { path: '/status', name: 'status', component: () => import('./status/StatusPage.vue') },
  { path: '/trash', name: 'trash', component: () => import('./trash/TrashPage.vue') },
  { path: '/settings/:section?', name: 'settings', component: () => import('./settings/SettingsPage.vue') },
  { path: '/s/:secret', name: 'shared', component: () => import('./sharing/SharedPage.vue') },
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/Nowhere.vue') },
]

export const router = createRouter({ history: createWebHistory(base.pathname), routes })

/** The address under an opened image; null where the image is a page of its own. */
export const background = computed(() => {
  const current = router.currentRoute.value
  const under = current.name === 'image' ? (window.history.state?.background as string | undefined) : undefined
  return under ? (router.resolve(under) as RouteLocationNormalizedLoaded) : null
})

/** Where one is, apart from an image that lies over it. */
export const place = computed(() => background.value ?? router.currentRoute.value)

export function openImage(id: string, replace = false): void {
  const state = { background: place.value.fullPath }
  void router[replace ? 'replace' : 'push']({ name: 'image', params: { id }, state })
}
