"""Who may do what: of each public operation, what each actor is answered about something private of ada's.

A digit is the class of a status (2: 200 to 299), three digits one status; `in` is past the gate: neither refused nor a
mistake of ours, whatever the operation then says. `self` rows are about what is the asker's own.
"""

ACTORS = ("nobody", "expired", "disabled", "reader", "other", "admin", "owner")
"""nobody sends no key; expired and reader are keys of ada's, the second with the scope images:read alone; disabled is a
session of a user whom an admin disabled; other and admin are users; owner is ada."""

OPEN = ("2",) * 7
LIST = ("401", "401", "401", "2", "2", "2", "2")
CREATE = ("401", "401", "401", "403", "2", "2", "2")
READ = ("401", "401", "401", "2", "404", "404", "2")
WRITE = ("401", "401", "401", "403", "404", "404", "2")
ADMINS = ("401", "401", "401", "403", "403", "2", "403")
ADMINS_IN = ("401", "401", "401", "403", "403", "in", "403")
STEERED_BY_ADMINS = ("401", "401", "401", "403", "404", "in", "404")

ROWS: dict[str, tuple[str, ...]] = {
    "api_keys_list": CREATE,
    "api_keys_create": CREATE,
    "api_keys_delete": WRITE,
    "api_keys_rotate": WRITE,
    "audit_list": ADMINS,
    "classify_image": CREATE,
    "classify_image_upload": CREATE,
    "collections_list": LIST,
    "collections_create": CREATE,
    "collections_get": READ,
    "collections_update": WRITE,
    "collections_delete": WRITE,
    "collections_images": READ,
    "collections_add_image": WRITE,
    "collections_remove_image": WRITE,
    "collections_batch_add": WRITE,
    "collections_batch_remove": WRITE,
    "downloads_create": ("401", "401", "401", "2", "4", "4", "2"),
    "downloads_content": READ,
    "duplicates_list": LIST,
    "events_list": LIST,
    "images_create": CREATE,
    "images_upload": CREATE,
    "images_list": LIST,
    "images_get": READ,
    "images_update": WRITE,
    "images_delete": WRITE,
    "images_content": READ,
    "images_labels": READ,
    "images_labels_svg": READ,
    "images_labels_png": READ,
    "images_labels_add": WRITE,
    "images_labels_take_back": WRITE,
    "images_labels_confirm": WRITE,
    "images_labels_reject": WRITE,
    "images_similar": READ,
    "images_variant": READ,
    "images_reprocess": WRITE,
    "images_batch_delete": CREATE,  # each item has its own status; the image must still be there
    "images_batch_update": CREATE,
    "images_check": LIST,
    "images_reprocess_all": ADMINS_IN,
    "images_rerender": ADMINS_IN,
    "labels_list": LIST,
    "labels_get": LIST,
    "me_get": LIST,
    "me_change_password": CREATE,
    "models_list": LIST,
    "openapi_get": OPEN,
    "operations_list": LIST,
    "operations_get": ("401", "401", "401", "404", "404", "2", "404"),
    "operations_cancel": STEERED_BY_ADMINS,
    "operations_pause": STEERED_BY_ADMINS,
    "operations_resume": STEERED_BY_ADMINS,
    "search_similar": READ,
    "search_similar_picture": LIST,
    "search_similar_upload": LIST,
    "sessions_create": OPEN,
    "sessions_create_page": OPEN,
    "sessions_delete": ("401", "401", "401", "409", "2", "2", "2"),
    "shares_list": READ,
    "shares_create": WRITE,
    "shares_delete": WRITE,
    "shares_get": OPEN,
    "shares_images": OPEN,
    "shares_content": OPEN,
    "shares_variant": OPEN,
    "shares_unlock": OPEN,
    "spaces_list": LIST,
    "spaces_delete": ADMINS_IN,
    "spaces_promote": ADMINS_IN,
    "spaces_compare": ADMINS_IN,
    "status_get": LIST,
    "trash_list": LIST,
    "trash_empty": CREATE,  # what is not in the asker's own trash is passed over
    "trash_restore": CREATE,
    "users_create": OPEN,
    "users_list": ADMINS,
    "users_get": ADMINS,
    "users_update": ADMINS,
    "users_delete": ADMINS,
    "users_reset_password": ADMINS,
    "users_add": ADMINS,
}


def fits(status: int, expected: str) -> bool:
    """Whether a status is as a row has it."""
    if expected == "in":
        return status not in {401, 403, 404} and status < 500
    return str(status).startswith(expected)
