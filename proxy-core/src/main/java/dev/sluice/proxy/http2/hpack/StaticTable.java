package dev.sluice.proxy.http2.hpack;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fields that both sides know from the beginning (RFC 7541 Appendix A). */
final class StaticTable {
    private static final List<Field> FIELDS = List.of(
            new Field(":authority", ""),
            new Field(":method", "GET"),
            new Field(":method", "POST"),
            new Field(":path", "/"),
            new Field(":path", "/index.html"),
            new Field(":scheme", "http"),
            new Field(":scheme", "https"),
            new Field(":status", "200"),
            new Field(":status", "204"),
            new Field(":status", "206"),
            new Field(":status", "304"),
            new Field(":status", "400"),
            new Field(":status", "404"),
            new Field(":status", "500"),
            new Field("accept-charset", ""),
            new Field("accept-encoding", "gzip, deflate"),
            new Field("accept-language", ""),
            new Field("accept-ranges", ""),
            new Field("accept", ""),
            new Field("access-control-allow-origin", ""),
            new Field("age", ""),
            new Field("allow", ""),
            new Field("authorization", ""),
            new Field("cache-control", ""),
            new Field("content-disposition", ""),
            new Field("content-encoding", ""),
            new Field("content-language", ""),
            new Field("content-length", ""),
            new Field("content-location", ""),
            new Field("content-range", ""),
            new Field("content-type", ""),
            new Field("cookie", ""),
            new Field("date", ""),
            new Field("etag", ""),
            new Field("expect", ""),
            new Field("expires", ""),
            new Field("from", ""),
            new Field("host", ""),
            new Field("if-match", ""),
            new Field("if-modified-since", ""),
            new Field("if-none-match", ""),
            new Field("if-range", ""),
            new Field("if-unmodified-since", ""),
            new Field("last-modified", ""),
            new Field("link", ""),
            new Field("location", ""),
            new Field("max-forwards", ""),
            new Field("proxy-authenticate", ""),
            new Field("proxy-authorization", ""),
            new Field("range", ""),
            new Field("referer", ""),
            new Field("refresh", ""),
            new Field("retry-after", ""),
            new Field("server", ""),
            new Field("set-cookie", ""),
            new Field("strict-transport-security", ""),
            new Field("transfer-encoding", ""),
            new Field("user-agent", ""),
            new Field("vary", ""),
            new Field("via", ""),
            new Field("www-authenticate", ""));

    /** How many there are; the first has the index 1. */
    static final int SIZE = FIELDS.size();

    private static final Map<Field, Integer> BY_FIELD = new HashMap<>();
    private static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        for (int i = 0; i < SIZE; i++) {
            BY_FIELD.put(FIELDS.get(i), i + 1);
            BY_NAME.putIfAbsent(FIELDS.get(i).name(), i + 1);
        }
    }

    private StaticTable() {}

    static Field at(int index) {
        return FIELDS.get(index - 1);
    }

    /** The index of a field, or 0. */
    static int find(Field field) {
        return BY_FIELD.getOrDefault(field, 0);
    }

    /** The index of a field of this name, or 0. */
    static int find(String name) {
        return BY_NAME.getOrDefault(name, 0);
    }
}
