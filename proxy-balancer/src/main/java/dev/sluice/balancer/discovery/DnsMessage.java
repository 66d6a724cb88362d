package dev.sluice.balancer.discovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response (RFC 1035 §4.1). Immutable.
 *
 * @param flags the second field of the header
 * @param answers of types that are used here; empty in a truncated message, as are the other sections
 */
record DnsMessage(int flags, List<DnsRecord> answers, List<DnsRecord> authorities, List<DnsRecord> additional) {
    static final int SUCCESS = 0;
    static final int NO_SUCH_NAME = 3;

    private static final int RESPONSE = 0x8000;
    private static final int OPERATION = 0x7800;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int RECURSION_AVAILABLE = 0x0080;

    /**
     * Reads a message that is the answer to a question.
     *
     * @return null if it answers something else: what a socket receives may come from anybody (RFC 5452 §9.1)
     * @throws IOException if it is the answer, and malformed
     */
    static @Nullable DnsMessage answer(byte[] bytes, int id, DnsQuestion asked) throws IOException {
        DnsReader in = new DnsReader(bytes);
        int flags;
        int[] counts = new int[4];
        try {
            boolean same = in.u16() == id;
            flags = in.u16();
            for (int i = 0; i < counts.length; i++) {
                counts[i] = in.u16();
            }
            DnsQuestion question = counts[0] == 1 ? in.question() : null;
            // A server that has not understood the question may leave it out.
            boolean unasked = question == null && counts[0] == 0 && code(flags) != SUCCESS;
            if (!same || (flags & (RESPONSE | OPERATION)) != RESPONSE || !(asked.equals(question) || unasked)) {
                return null;
            }
        } catch (IOException noQuestion) {
            return null;
        }
        List<List<DnsRecord>> sections = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        if ((flags & TRUNCATED) == 0) {
            for (int i = 0; i < sections.size(); i++) {
                in.records(counts[i + 1], sections.get(i));
            }
            if (!in.atEnd()) {
                throw new IOException("a message of the DNS has more bytes than its counts say");
            }
        }
        return new DnsMessage(flags, sections.get(0), sections.get(1), sections.get(2));
    }

    int code() {
        return code(flags);
    }

    private static int code(int flags) {
        return flags & 0xf;
    }

    boolean truncated() {
        return (flags & TRUNCATED) != 0;
    }

    /**
     * A server that does not know the name and asks no other server refers us elsewhere. That does not mean that there
     * are no records.
     */
    boolean refersElsewhere() {
        return code() == SUCCESS && answers.isEmpty() && (flags & (AUTHORITATIVE | RECURSION_AVAILABLE)) == 0;
    }
}
