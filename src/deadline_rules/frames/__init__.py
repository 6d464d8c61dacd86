"""Tables of tasks in memory: pandas, polars, pyarrow in, the same kind out. The work is the columns engine's; here columns are read and dressed.

Extra `tables`. A row that is no task never stops a table: its results are null and `problem` says what is wrong, in the words of the single engine.
"""
