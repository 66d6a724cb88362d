package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import java.io.IOException;

/** One question, and how it is answered. */
interface Scenario {
    /** The heading above the table. */
    String title();

    /** Starts what it needs in {@code lab}, measures, ends what it started, and says what came of it. */
    Table run(Lab lab) throws IOException, InterruptedException;
}
