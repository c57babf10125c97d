"""Operations: work on all images, that people watch and steer."""
