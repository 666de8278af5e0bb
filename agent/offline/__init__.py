"""The built-in chat model: English and Chinese, no key, no network."""
