package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;

/** A measurement that answers one question. */
interface Scenario {
    /** The heading above the table. */
    String title();

    /** Starts the processes that it needs in {@code lab}, measures, and ends them. Returns the result as Markdown. */
    Table run(Lab lab) throws IOException, InterruptedException;
}
