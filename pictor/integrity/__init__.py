"""Whether rows and objects of a library still belong together, and what to do where they do not."""
