package dev.sluice.clients.cold;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long it takes from the start of a JVM to the first answer of a stub server in it: the median of so many rounds, in
 * each of which all servers take their turn. {@code mvn -q compile -Pclients,cold -pl :proxy-core,:proxy-example-clients}
 * runs it.
 */
public final class Cold {
    private static final List<Class<?>> SERVERS = List.of(Sluice.class, MockWebServer.class, WireMock.class);

    private Cold() {}

    /** Runs as many rounds as the first argument says, 15 if there is none. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length == 0 ? 15 : Integer.parseInt(args[0]);
        Map<String, List<Long>> nanos = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) {
            for (Class<?> server : SERVERS) {
                long taken = run(server);
                if (round >= 0) {
                    nanos.computeIfAbsent(server.getSimpleName(), name -> new ArrayList<>()).add(taken);
                }
            }
        }
        System.out.println(System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        nanos.forEach((name, all) -> {
            Collections.sort(all);
            System.out.printf(
                    Locale.ROOT,
                    "%-14s median %4d ms, from %d to %d%n",
                    name,
                    all.get(all.size() / 2) / 1_000_000,
                    all.get(0) / 1_000_000,
                    all.get(all.size() - 1) / 1_000_000);
        });
    }

    private static long run(Class<?> server) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(java, "-cp", System.getProperty("cold.path"), server.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = process.waitFor();
        long taken = System.nanoTime() - begin;
        if (status != 0) {
            throw new IOException(server.getName() + " ended with " + status);
        }
        return taken;
    }
}
