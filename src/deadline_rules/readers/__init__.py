"""Files of tasks, row by row: csv, jsonl, xlsx and parquet. A bad row is named and the others go on."""
