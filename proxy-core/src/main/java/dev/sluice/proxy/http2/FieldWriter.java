package dev.sluice.proxy.http2;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.hpack.Encoder;
import dev.sluice.proxy.syntax.ConnectionFields;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Encodes the heads of messages, and trailers. For one thread at a time, which also writes the frames in this order. */
public final class FieldWriter {
    private final Encoder encoder = new Encoder();
    private final OutputBuffer block = new OutputBuffer(256);
    private Set<String> secrets = Set.of();

    /** The peer's table may be as large as this. */
    public void tableBytes(int allowed) {
        encoder.tableBytes(allowed);
    }

    /** In the next block, fields of these names are such that must never be put into a table. */
    public FieldWriter hiding(Set<String> names) {
        secrets = names;
        return this;
    }

    /**
     * A request.
     *
     * @param length of the body, or a negative number
     * @param continues whether the body is held back until the peer asks for it (RFC 9110 §10.1.1)
     * @param trailers whether they are taken
     * @return the block, until the next call
     */
    public OutputBuffer request(RequestFields head, long length, boolean continues, boolean trailers) {
        begin();
        field(":method", head.method());
        if (!head.path().isEmpty()) {
            field(":scheme", head.scheme());
            field(":path", head.path());
        }
        ifThere(":authority", head.authority());
        ifThere(":protocol", head.protocol());
        Headers headers = head.headers();
        for (int i = 0; i < headers.size(); i++) {
            if (!ConnectionFields.isOfRequest(headers.name(i))) {
                regular(headers.name(i), headers.value(i));
            }
        }
        if (length >= 0) {
            field("content-length", Long.toString(length));
        }
        if (continues) {
            field("expect", "100-continue");
        }
        if (trailers) {
            field("te", "trailers");
        }
        return ended();
    }

    private void ifThere(String name, @Nullable String value) {
        if (value != null) {
            field(name, value);
        }
    }

    /**
     * A response.
     *
     * @param length of the body, or a negative number
     * @return the block, until the next call
     */
    public OutputBuffer response(int status, Headers headers, long length) {
        begin();
        field(":status", Integer.toString(status));
        for (int i = 0; i < headers.size(); i++) {
            if (!ConnectionFields.isOfResponse(headers.name(i))) {
                regular(headers.name(i), headers.value(i));
            }
        }
        if (length >= 0) {
            field("content-length", Long.toString(length));
        }
        return ended();
    }

    /** Trailers. Returns the block, until the next call. */
    public OutputBuffer trailers(Headers fields) {
        begin();
        fields.without(ConnectionFields::isOfResponse).forEach(this::regular);
        return ended();
    }

    private void begin() {
        block.reset();
        encoder.begin(block);
    }

    private OutputBuffer ended() {
        secrets = Set.of();
        return block;
    }

    private void regular(String name, String value) {
        field(name.toLowerCase(Locale.ROOT), value);
    }

    private void field(String name, String value) {
        encoder.field(block, name, value, secrets.contains(name));
    }
}
