package dev.sluice.proxy.http2;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http2.hpack.Decoder;
import dev.sluice.proxy.syntax.Token;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of one block as they are decoded, and checks them one by one (RFC 9113 §8.2, §8.3). What is wrong is told
 * at the end, as a block is decoded to its end in any case. For one thread.
 */
public final class FieldBlock implements Decoder.Sink {
    /** Fields of a connection of HTTP/1.1, which make a message of HTTP/2 malformed (§8.2.2). */
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade");

    private final Map<String, String> pseudo = new HashMap<>();
    private final Headers.Builder fields = Headers.builder();
    private final StringBuilder cookies = new StringBuilder();
    private Set<String> secrets = Set.of();
    private boolean regular;
    private @Nullable String fault;

    @Override
    public void field(String name, String value, boolean secret) {
        if (fault == null) {
            fault = name.startsWith(":") ? pseudo(name, value) : regular(name, value);
        }
        if (secret && fault == null) {
            secrets = secrets.isEmpty() ? new HashSet<>() : secrets;
            secrets.add(name);
        }
    }

    /** The names of those that must never be put into a table. */
    public Set<String> secrets() {
        return secrets;
    }

    private @Nullable String pseudo(String name, String value) {
        if (regular) {
            return "the pseudo-field " + name + " behind other fields (RFC 9113 §8.3)";
        }
        if (!Token.is(name.substring(1))) {
            return "a pseudo-field without a name (RFC 9113 §8.3)";
        }
        if (pseudo.put(name, value) != null) {
            return "the pseudo-field " + name + " more than once (RFC 9113 §8.3)";
        }
        return valueFault(name, value);
    }

    private @Nullable String regular(String name, String value) {
        regular = true;
        if (!isName(name)) {
            return "a name that no field has, or one with an upper-case letter (RFC 9113 §8.2.1)";
        }
        if (OF_CONNECTIONS.contains(name)) {
            return name + ", which is a field of a connection (RFC 9113 §8.2.2)";
        }
        if (name.equals("te") && !value.equalsIgnoreCase("trailers")) {
            return "te with another value than trailers (RFC 9113 §8.2.2)";
        }
        String wrong = valueFault(name, value);
        if (wrong == null && name.equals("cookie")) {
            cookies.append(cookies.isEmpty() ? "" : "; ").append(value);
        } else if (wrong == null) {
            fields.add(name, value);
        }
        return wrong;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
                return false;
            }
        }
        return Token.is(name);
    }

    private static @Nullable String valueFault(String name, String value) {
        boolean blank = !value.isEmpty() && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)));
        if (blank || !Headers.isValue(value)) {
            return "a value of " + name + " with white space around it, or with a character that no value has"
                    + " (RFC 9113 §8.2.1)";
        }
        return null;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether it is a HEAD, as far as that is known: also if it is malformed. Before its parts are taken. */
    public boolean isHead() {
        return "HEAD".equals(pseudo.get(":method"));
    }

    /** The value of a pseudo-field, which is known and may be there now; null if it is not. */
    @Nullable
    String take(String name) {
        return pseudo.remove(name);
    }

    /**
     * The fields that are none of the pseudo-fields; the crumbs of cookies are one field (RFC 9113 §8.2.3).
     *
     * @throws Http2Exception if a field is malformed, or a pseudo-field was not taken: it is not known, or not allowed here
     */
    public Headers rest(int stream) throws Http2Exception {
        if (fault == null && !pseudo.isEmpty()) {
            fault = "the pseudo-field " + pseudo.keySet().iterator().next()
                    + ", which is not known here (RFC 9113 §8.3)";
        }
        if (fault != null) {
            throw malformed(stream, fault);
        }
        if (!cookies.isEmpty()) {
            fields.add("cookie", cookies.toString());
        }
        return fields.build();
    }

    /** A message that is malformed (RFC 9113 §8.1.1). */
    static Http2Exception malformed(int stream, String why) {
        return Http2Exception.ofStream(stream, ErrorCode.PROTOCOL_ERROR, why);
    }
}
