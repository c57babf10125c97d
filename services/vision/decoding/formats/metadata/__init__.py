"""What files say of their pictures: when, where and with what they were taken, and their keywords."""
