"""The application: `application` wires session, window and commands; each other module carries out one kind of them."""
