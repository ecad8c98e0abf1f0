"""What is shown of entries, said once for pages, data and search: fields, rows, charts, texts as HTML, relations."""
