"""What is announced arrives, once, with nothing in it that could steer its reader, and no secret anywhere."""
