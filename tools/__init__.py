"""What can it do? Catalog search, profile memory, ranking: an engine each, with its LangChain tools beside it."""
