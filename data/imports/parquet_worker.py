"""The process that reads a Parquet file for the importer: few columns, limited memory and time.

``python -m data.imports.parquet_worker FILE BYTES SECONDS`` writes the facts as a line of JSON,
then rows in the layout of what they say, to standard output.
"""

import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.store.layouts import LAYOUTS
from data.store.segment import facts_in

_BATCH: Final = 65_536


def send(path: Path, out: BinaryIO) -> None:
    """Write what a file of ours holds; columns of other names are never touched.

    Raises:
        RecordingError: the file does not say whose trades it holds.
        ValueError: its columns are not ours.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        schema = file.schema_arrow
        facts = facts_in(schema.metadata, path)
        layout = LAYOUTS[facts.holds]
        for name in layout.names:
            wanted = pa.from_numpy_dtype(layout.dtype[name])
            if schema.field(name).type != wanted:
                msg = f"the column {name} is not of the type {wanted}"
                raise ValueError(msg)
        out.write(msgspec.json.encode(facts) + b"\n")
        for batch in file.iter_batches(_BATCH, columns=list(layout.names), use_threads=False):
            rows = np.empty(batch.num_rows, layout.dtype)
            for name in layout.names:
                rows[name] = batch.column(name).to_numpy(zero_copy_only=True)
            out.write(rows.data)
        out.flush()


def limit(memory_bytes: int, cpu_s: int) -> None:
    """Keep this process small and short, on systems that can."""
    if sys.platform != "win32":
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))


def main(arguments: list[str]) -> int:
    """Run; 1 = the file cannot be read."""
    path, memory_bytes, cpu_s = arguments
    limit(int(memory_bytes), int(cpu_s))
    try:
        send(Path(path), sys.stdout.buffer)
    except Exception:  # noqa: BLE001  # whatever it is, the parent has one sentence for it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
