"""One module for each family of file formats: from bytes to pixels, and the blocks of metadata beside them."""
