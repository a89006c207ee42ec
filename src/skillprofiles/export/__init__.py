"""Tables to files: Parquet, CSV, the data package, and their publication at once.

The modules are imported one by one by whoever needs them: publishing needs no pyarrow.
"""
