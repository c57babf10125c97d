"""What every service shares. No business word stands here."""
