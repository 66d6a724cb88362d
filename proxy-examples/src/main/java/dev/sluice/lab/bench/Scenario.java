package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;

/** A measurement that answers one question. */
interface Scenario {
    /** The heading above the table. */
    String title();

    /** Whether it has a row for the proxy with this name. */
    default boolean isFor(String proxy) {
        return true;
    }

    /** Starts the processes that it needs in {@code lab}, measures, and ends them. Returns the result as Markdown. */
    Table run(Lab lab) throws IOException, InterruptedException;
}
