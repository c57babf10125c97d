import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './style.css'
import { createApp } from 'vue'
import { base } from './api/client'
import App from './App.vue'
import { firstLanguage, useLanguage } from './i18n'
import { router } from './router'
import { readFilter } from './search/state'
import { deletedOnLeaving } from './selection/leaving'
import { refresh } from './session/session'
import { followTheme } from './ui/theme'
import { beginWall } from './wall/first'

followTheme()
const first = router.resolve(router.options.history.location)
const deleted = deletedOnLeaving()
if (first.name === 'wall') beginWall(readFilter(first.query), deleted)
const language = useLanguage(firstLanguage())
// Who visits a shared collection needs no account, and is not asked for one.
if (!location.pathname.startsWith(new URL('s/', base).pathname)) void refresh().catch(() => undefined)
void language.finally(() => createApp(App).use(router).mount('#app'))
