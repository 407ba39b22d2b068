"""One night of events: from a file to SQL and a plot.

    python night.py events.bin night.png

Needs duckdb and matplotlib.
"""

import sys

import duckdb
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plot

import zems


def main(path: str, picture: str) -> None:
    events = zems.scan(path, columns=["generated", "ssid", "number", "name", "emphasis"], on_error="warn")
    night = duckdb.connect()
    night.sql("create table events as select * from events")

    print("Busiest kinds of events")
    night.sql(
        """
        select ssid, number, any_value(name) as name, count(*) as events
        from events group by ssid, number order by events desc, ssid, number limit 10
        """
    ).show()

    minutes = night.sql(
        """
        select date_trunc('minute', generated) as minute, count(*) as events,
               count(*) filter (where emphasis) as critical
        from events where generated is not null group by minute order by minute
        """
    ).fetchall()

    figure, axes = plot.subplots(figsize=(9, 3.5))
    times = [row[0] for row in minutes]
    axes.plot(times, [row[1] for row in minutes], label="events")
    axes.plot(times, [row[2] for row in minutes], label="critical")
    axes.set_ylabel("per minute")
    axes.legend()
    figure.autofmt_xdate()
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
