package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;

/** The {@code Expect} field of a request (RFC 9110 §10.1.1). Pure functions, for any number of threads. */
public final class Expectation {
    private Expectation() {}

    /**
     * Returns whether the client waits for a 100 before it sends the body. In HTTP/1.0 and without a body the field is
     * ignored, and any other expectation may be answered with 417.
     *
     * @throws ProxyException for another expectation: NOT_SUPPORTED, 417
     */
    public static boolean isContinue(HttpVersion version, Headers headers, boolean hasBody) throws ProxyException {
        if (!headers.has("Expect")) {
            return false;
        }
        for (String expectation : headers.list("Expect")) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw ProxyException.refused(Outcome.NOT_SUPPORTED, 417, "only 100-continue can be expected");
            }
        }
        return version != HttpVersion.HTTP_1_0 && hasBody;
    }
}
