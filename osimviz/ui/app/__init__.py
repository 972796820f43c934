"""The application: `application` wires session, window and commands; each `*Actions` carries out one kind of them."""
