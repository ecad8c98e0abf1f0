"""What is shown of entries: their text as HTML, who points at whom, and which reviews are due."""
