package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load of new TLS connections, by some processes of {@code openssl s_time}: each makes a connection with a full handshake,
 * asks for 1 KB, reads to the end, and makes the next one. It offers no session to resume.
 */
final class Handshakes {
    /** Enough to keep a server busy. Each is one process. */
    private static final int CLIENTS = 8;

    /**
     * The path, as the program writes it between "GET " and " HTTP/1.0". So it asks with HTTP/1.1 and a host, as without
     * a host not every origin answers.
     */
    private static final String ASKED = "/1k HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Rest:";

    private static final Pattern SAID =
            Pattern.compile("(?m)^(\\d+) connections in \\d+ real seconds, (\\d+) bytes read per connection$");

    private Handshakes() {}

    /** Loads the server at this port of 127.0.0.1 for this time. There are no percentiles. */
    static LoadResult run(int port, int seconds) throws InterruptedException {
        String[] command = {
            Programs.require("openssl").toString(),
            "s_time",
            "-connect",
            "127.0.0.1:" + port,
            "-new",
            "-tls1_3",
            "-www",
            ASKED,
            "-time",
            String.valueOf(seconds)
        };
        List<String> outputs = new ArrayList<>();
        List<Thread> clients = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(
                    () -> {
                        String said = Programs.output(command);
                        synchronized (outputs) {
                            outputs.add(said);
                        }
                    },
                    "handshakes");
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
        return result(outputs, (System.nanoTime() - begin) / 1e9);
    }

    /**
     * The sum of what the clients have said.
     *
     * @param seconds how long they ran, as they know it only in whole seconds
     */
    static LoadResult result(List<String> outputs, double seconds) {
        long connections = 0;
        String errors = "";
        for (String said : outputs) {
            Matcher matcher = SAID.matcher(said);
            if (!matcher.find()) {
                errors = "openssl said: "
                        + said.strip().lines().reduce((first, last) -> last).orElse("nothing");
            } else {
                connections += Long.parseLong(matcher.group(1));
                if (Long.parseLong(matcher.group(2)) < Origin.KILOBYTE) {
                    errors = "answers of " + matcher.group(2) + " bytes";
                }
            }
        }
        return new LoadResult(connections, connections / seconds, Double.NaN, Double.NaN, errors);
    }
}
