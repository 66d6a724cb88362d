package dev.sluice.balancer.discovery;

import dev.sluice.balancer.Member;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the members from a file, in UTF-8, one on a line:
 *
 * <pre>
 * # URL, then options, in any order
 * http://10.0.0.1:8080  id=blue  weight=3
 * http://10.0.0.2:8080  id=green  priority=1  tag.zone=a
 * </pre>
 *
 * <p>A {@code #} at the start of a line or after a space begins a comment. If there is no id, it is the URL without its
 * scheme. Weight, priority and tags are those of a {@link Member}.
 *
 * <p>The file is read whole at intervals, and its content compared with what was there before: times of modification
 * are too coarse, and stay the same when an older file is put in place. Write a new file beside it and move that over
 * it in one step, as {@code mv} does: a file that is half written is a fault, or a shorter list. A fault anywhere makes
 * the whole answer a failure; its message names the file, the line and the fault. A missing file is a failure too. A
 * file without members is an answer without members. After a failure the file is read at the same interval, or sooner.
 * Safe for use by many threads.
 */
public final class FileDiscovery implements Discovery {
    /** A file above this size is refused. */
    public static final int MOST_BYTES = 4 << 20;

    private final Path file;
    private final Duration interval;

    private volatile @Nullable Content last;

    private FileDiscovery(Path file, Duration interval) {
        this.file = file;
        this.interval = interval;
    }

    /** Reads this file every 5 seconds. */
    public static FileDiscovery of(Path file) {
        return of(file, Duration.ofSeconds(5));
    }

    /**
     * Reads this file at intervals.
     *
     * @throws IllegalArgumentException if the interval is not positive
     */
    public static FileDiscovery of(Path file, Duration interval) {
        return new FileDiscovery(file, Require.positive("interval", interval));
    }

    @Override
    public Discovery.Found find() throws IOException {
        String text = text(read());
        Content known = last;
        if (known == null || !known.text().equals(text)) {
            known = new Content(text, Discovery.Found.of(members(text), interval));
            last = known;
        }
        return known.found();
    }

    /** The interval: a corrected file is read as soon as a changed one. */
    @Override
    public Duration longestRetry() {
        return interval;
    }

    private byte[] read() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException failure) {
            throw new IOException(file + " cannot be read: " + failure, failure);
        }
        if (bytes.length > MOST_BYTES) {
            throw new IOException(file + " has more than " + MOST_BYTES + " bytes");
        }
        return bytes;
    }

    private String text(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new IOException(file + " is not in UTF-8", malformed);
        }
    }

    private List<Member> members(String text) throws IOException {
        List<Member> members = new ArrayList<>();
        Map<String, Integer> lines = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String content = withoutComment(line);
            if (content.isBlank()) {
                continue;
            }
            try {
                Member member = MemberLine.parse(content);
                Integer other = lines.putIfAbsent(member.id(), number);
                if (other != null) {
                    throw new IllegalArgumentException("the id \"" + member.id() + "\" is that of line " + other);
                }
                members.add(member);
            } catch (IllegalArgumentException fault) {
                throw new IOException(file + ", line " + number + ": " + fault.getMessage(), fault);
            }
        }
        return members;
    }

    /** Within a word it is a character like any other. */
    private static String withoutComment(String line) {
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '#' && (i == 0 || Character.isWhitespace(line.charAt(i - 1)))) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    private record Content(String text, Discovery.Found found) {}
}
