"""What may be said? The grounds of a recommendation, reasons and notes in words, and the check of a hosted reply."""
