package dev.sluice.proxy.content;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** How a text is written as bytes: its charset, and whether it has a byte order mark. Nothing is replaced by a "?". */
record TextForm(Charset charset, boolean marked) {
    private static final String MARK = "\ufeff";

    /** Those with a byte order mark. The mark of UTF-32LE begins with that of UTF-16LE, so it is looked for before it. */
    private static final List<Charset> WITH_MARK = List.of(
            StandardCharsets.UTF_8,
            Charset.forName("UTF-32BE"),
            Charset.forName("UTF-32LE"),
            StandardCharsets.UTF_16BE,
            StandardCharsets.UTF_16LE);

    /**
     * The form of these bytes.
     *
     * @throws IllegalArgumentException if the charset is not known
     */
    static TextForm of(byte[] bytes, Headers fields) {
        for (Charset each : WITH_MARK) {
            byte[] mark = MARK.getBytes(each);
            if (bytes.length >= mark.length && Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length)) {
                return new TextForm(each, true);
            }
        }
        String name = MediaTypes.charset(fields);
        Charset named = name.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(name);
        if (!named.canEncode()) {
            throw new IllegalArgumentException(name);
        }
        // RFC 2781 §4.3: without a mark it is big-endian; the JDK would add a mark.
        return new TextForm(named.equals(StandardCharsets.UTF_16) ? StandardCharsets.UTF_16BE : named, false);
    }

    /** The text, without a mark. */
    String decode(byte[] bytes) throws CharacterCodingException {
        String text = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        // The decoders of UTF-32 have removed it already.
        return marked && text.startsWith(MARK) ? text.substring(1) : text;
    }

    byte[] encode(String text) throws ProxyException {
        try {
            ByteBuffer bytes = charset.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(marked ? MARK + text : text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException unmappable) {
            throw new ProxyException(
                    Outcome.FAILED,
                    Delivery.SENT_UNKNOWN,
                    "a rewritten text has characters that " + charset + " does not have",
                    unmappable);
        }
    }
}
