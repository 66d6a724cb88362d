package dev.sluice.lab.bench;

import java.io.IOException;

/** Sends requests over kept connections. Each connection sends the next as soon as the previous one is answered. */
interface Load {
    /** A path that ends so gets a number in each request, which no other one has. */
    String NUMBER = "?";

    /** Loads the server at this port of 127.0.0.1 for this time, and returns the figures. */
    LoadResult run(int port, String path, int connections, int seconds) throws IOException, InterruptedException;

    /** The load generator with this name, {@code wrk} or {@code embedded}. */
    static Load of(String name) {
        return name.equals("wrk") ? new Wrk("http") : EmbeddedLoad::run;
    }
}
