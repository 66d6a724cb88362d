package dev.sluice.lab.bench;

import dev.sluice.lab.Table;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Measures what gzip costs: a text of 1 MB, compressed anew for each request, at several levels. nginx, if it is among the
 * proxies, runs its own gzip at the same level in the same run. Only for these two.
 */
final class CompressionScenario implements Scenario {
    private static final int[] LEVELS = {1, 4, 6};
    private static final int SECONDS = 5;
    private static final byte[] TEXT = text();

    /** A load: how many texts, in what CPU time of the proxy, and how long each was on the wire. */
    private record Run(int texts, double cpuMicros, int length) {}

    @Override
    public String title() {
        return "Compression: a text of 1 MB, one after another, with gzip";
    }

    @Override
    public boolean isFor(String proxy) {
        return Subject.isNginxOrLibrary(proxy);
    }

    @Override
    public Table run(Lab lab) throws IOException, InterruptedException {
        Table table = new Table("level", "proxy", "MB/s", "CPU us/MB", "ratio", "of the length", "errors");
        try (ProxyServer origin = ProxyServer.builder()
                .addRoute(
                        "/**",
                        request -> ProxyResponse.builder(200)
                                .addHeader("Content-Type", "text/html")
                                .body(Body.of(TEXT))
                                .build())
                .build()
                .start()) {
            for (int level : LEVELS) {
                measure(lab, level, "127.0.0.1:" + origin.address().getPort(), table);
            }
        }
        return table;
    }

    private static void measure(Lab lab, int level, String origin, Table table)
            throws IOException, InterruptedException {
        double first = 0;
        for (String name : lab.proxies()) {
            String flagged = name + "@-D" + ProxyMain.GZIP + '=' + level;
            try (Subject subject = lab.start(flagged, List.of(origin))) {
                if (subject.warmsUp()) {
                    load(subject);
                }
                List<Run> runs = new ArrayList<>();
                for (int round = 0; round < lab.rounds(); round++) {
                    runs.add(load(subject));
                }
                double cpu = Samples.median(runs.stream()
                        .mapToDouble(run -> run.cpuMicros() / run.texts())
                        .toArray());
                double texts =
                        Samples.median(runs.stream().mapToDouble(Run::texts).toArray());
                first = first == 0 ? cpu : first;
                table.row(
                        String.valueOf(level),
                        name,
                        Table.number(texts / SECONDS),
                        Table.number(cpu),
                        Table.ratio(cpu, first),
                        Table.ratio(runs.get(0).length(), TEXT.length),
                        Lab.validity(""));
            }
        }
    }

    private static Run load(Subject subject) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + subject.port() + "/"))
                .header("Accept-Encoding", "gzip")
                .build();
        long before = subject.usage().cpuMicros();
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        int texts = 0;
        int length = 0;
        while (System.nanoTime() - end < 0) {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (!response.headers().firstValue("Content-Encoding").equals(Optional.of("gzip"))) {
                throw new IOException(subject.name() + " does not compress");
            }
            length = response.body().length;
            texts++;
        }
        return new Run(texts, subject.usage().cpuMicros() - before, length);
    }

    /** Words of which some are frequent, as in a language. */
    private static byte[] text() {
        Random random = new Random(1);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            StringBuilder word = new StringBuilder();
            for (int j = 2 + random.nextInt(8); j > 0; j--) {
                word.append((char) ('a' + random.nextInt(26)));
            }
            words.add(word.toString());
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < 1_000_000) {
            double frequent = random.nextDouble();
            text.append(words.get((int) (words.size() * frequent * frequent * frequent)))
                    .append(' ');
        }
        return text.substring(0, 1_000_000).getBytes(StandardCharsets.US_ASCII);
    }
}
