"""Downloads and events, as the API tells them."""
