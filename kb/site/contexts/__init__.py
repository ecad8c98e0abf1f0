"""What each template is given: small frozen records, a module for each sort of page."""
