import { ref } from 'vue'

/** Goes up when new images are in the library. */
export const arrivals = ref(0)
