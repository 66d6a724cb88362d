package dev.sluice.proxy.http2;

import dev.sluice.proxy.Headers;

/** The head of a response, perhaps of an interim one (RFC 9113 §8.3.2). Immutable. */
public record ResponseFields(int status, Headers headers) {
    /**
     * Takes a block apart.
     *
     * @throws Http2Exception if it is no response; 101 is none in HTTP/2 (RFC 9113 §8.6)
     */
    public static ResponseFields of(FieldBlock block, int stream) throws Http2Exception {
        String status = block.take(":status");
        Headers headers = block.rest(stream);
        if (status == null || !status.matches("[1-9][0-9][0-9]") || status.equals("101")) {
            throw FieldBlock.malformed(stream, "no :status that is one (RFC 9113 §8.3.2)");
        }
        return new ResponseFields(Integer.parseInt(status), headers);
    }
}
