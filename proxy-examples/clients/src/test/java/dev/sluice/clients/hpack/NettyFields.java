package dev.sluice.clients.hpack;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** A list of fields as Netty takes and gives it, in its order: Netty's own has pseudo-fields first. */
final class NettyFields extends DefaultHttp2Headers {
    private final List<Field> list = new ArrayList<>();

    NettyFields(List<Field> list) {
        super(false);
        this.list.addAll(list);
    }

    /** Netty does not say which ones are secret. */
    List<Field> list() {
        return list;
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        list.add(new Field(text(name), text(value), false));
        return this;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return list.stream()
                .map(each -> Map.<CharSequence, CharSequence>entry(bytes(each.name()), bytes(each.value())))
                .iterator();
    }

    private static AsciiString bytes(String text) {
        return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(CharSequence bytes) {
        return new String(AsciiString.of(bytes).toByteArray(), StandardCharsets.ISO_8859_1);
    }
}
