"""What a first start makes: a user, secrets, a picture to try."""
