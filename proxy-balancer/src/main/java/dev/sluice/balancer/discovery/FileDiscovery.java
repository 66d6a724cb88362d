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

/** Reads the members from a file, as {@link Discovery#file(Path)} promises it. */
final class FileDiscovery implements Discovery {
    static final int MAX_BYTES = 4 << 20;

    private final Path file;
    private final Duration interval;

    private volatile @Nullable Content last;

    FileDiscovery(Path file, Duration interval) {
        this.file = file;
        this.interval = Require.positive("interval", interval);
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
    public Duration maxBackoff() {
        return interval;
    }

    private byte[] read() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException failure) {
            throw new IOException(file + " cannot be read: " + failure, failure);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
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
                    throw new IllegalArgumentException("line " + other + " already has the id \"" + member.id() + "\"");
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
