package dev.sluice.lab.bench;

import java.io.IOException;

/** Sends requests over kept connections, on each the next as soon as the last is answered. */
interface Load {
    /** Loads the server at this port of 127.0.0.1 for so long, and says how it did. */
    LoadResult run(int port, String path, int connections, int seconds) throws IOException, InterruptedException;

    /** The one with this name, {@code wrk} or {@code embedded}. */
    static Load of(String name) {
        return name.equals("wrk") ? new Wrk() : EmbeddedLoad::run;
    }
}
