package dev.sluice.proxy.testing.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers from recorded files. Safe for use by many threads. */
final class Replay {
    private final Recording recording;
    private final List<Recorded> all;
    private final Map<Recorded, Integer> counts = new HashMap<>();

    /** An exchange and its file. */
    private static final class Recorded {
        private final Path file;
        private final RecordedExchange exchange;

        Recorded(Path file, RecordedExchange exchange) {
            this.file = file;
            this.exchange = exchange;
        }
    }

    private Replay(Recording recording, List<Recorded> all) {
        this.recording = recording;
        this.all = all;
    }

    /**
     * Reads all files of the folder.
     *
     * @throws IllegalArgumentException if there are none, or one is damaged
     * @throws UncheckedIOException if they cannot be read
     */
    static Replay read(Recording recording) {
        Path folder = recording.folder();
        List<Recorded> all = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try {
                for (Path file : files(folder)) {
                    all.add(new Recorded(file, recording.hidden(RecordingReader.read(file))));
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(
                        "cannot read the recordings in " + folder + ": " + unreadable, unreadable);
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there is no recording in " + folder + ": record one first");
        }
        return new Replay(recording, all);
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + RecordingFile.SUFFIX)) {
            found.forEach(files::add);
        }
        files.sort(Comparator.comparingInt(Replay::number).thenComparing(Path::toString));
        return files;
    }

    /** The number at the end of a file's name, by which several answers to a request have their order. */
    private static int number(Path file) {
        String name = file.getFileName().toString();
        String last = name.substring(name.lastIndexOf('-') + 1, name.length() - RecordingFile.SUFFIX.length());
        try {
            return Integer.parseInt(last);
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    /**
     * The answer to a request.
     *
     * @throws Refusal if there is none
     */
    Reply reply(ReceivedRequest request) throws Refusal {
        String target = recording.target(request);
        byte[] body = recording.body(request);
        List<Recorded> found = all.stream()
                .filter(each -> each.exchange.isFor(request.method(), target, body))
                .toList();
        if (found.isEmpty()) {
            throw Refusal.unmatched(unmatched(request, target, body));
        }
        int count;
        synchronized (counts) {
            count = counts.merge(found.get(0), 1, Integer::sum);
        }
        return found.get(Math.min(count, found.size()) - 1).exchange.response();
    }

    private String unmatched(ReceivedRequest request, String target, byte[] body) {
        Recorded nearest = all.stream()
                .min(Comparator.<Recorded>comparingInt(
                                each -> differences(each.exchange, request.method(), target, body)
                                        .size())
                        .thenComparingInt(each -> -common(each.exchange.target(), target)))
                .orElseThrow();
        return "no recording in " + recording.folder() + " answers #" + request.number() + " " + request.method() + " "
                + target + "\nThe nearest is " + nearest.file.getFileName() + ":\n  "
                + String.join("\n  ", differences(nearest.exchange, request.method(), target, body));
    }

    private static List<String> differences(RecordedExchange exchange, String method, String target, byte[] body) {
        List<String> differences = new ArrayList<>();
        if (!exchange.method().equals(method)) {
            differences.add("method: recorded " + exchange.method() + ", but was " + method);
        }
        if (!exchange.target().equals(target)) {
            differences.add("target: recorded " + exchange.target() + ", but was " + target);
        }
        if (!Arrays.equals(exchange.body(), body)) {
            differences.add("body: recorded " + shown(exchange.body()) + ", but was " + shown(body));
        }
        return differences;
    }

    private static String shown(byte[] body) {
        return Quoted.of(new String(body, StandardCharsets.UTF_8));
    }

    /** How many characters two texts begin with together. */
    private static int common(String one, String other) {
        int n = 0;
        while (n < Math.min(one.length(), other.length()) && one.charAt(n) == other.charAt(n)) {
            n++;
        }
        return n;
    }
}
