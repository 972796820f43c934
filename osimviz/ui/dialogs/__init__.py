"""The dialogs that are opened from menus and stop nothing that runs; each is a module."""
