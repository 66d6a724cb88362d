package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;

/**
 * Reads a body whole, and changes its text.
 *
 * @param name of the rewrite, for the log
 */
record ChangedText(BodyRewrite.TextChange change, int maxBytes, String name) implements BodyChange {
    @Override
    public Body change(ProxyRequest request, Headers fields, Body plain, Refusal refused) throws IOException {
        if (plain.length() > maxBytes) {
            throw refused.tooLong(maxBytes);
        }
        TextForm form;
        String text;
        byte[] bytes = plain.readAll(maxBytes);
        try {
            form = TextForm.of(bytes, fields);
            text = form.decode(bytes);
        } catch (IllegalArgumentException unknown) {
            throw refused.unsupported("the body's charset is not supported");
        } catch (CharacterCodingException malformed) {
            throw refused.invalid("the body is not valid in its charset", malformed);
        }
        byte[] changed = form.encode(changed(request, text, refused));
        Headers trailers = plain.trailers();
        return trailers.isEmpty()
                ? Body.of(changed)
                : Body.of(new ByteArrayInputStream(changed), changed.length, () -> trailers);
    }

    private String changed(ProxyRequest request, String text, Refusal refused) throws ProxyException {
        String changed;
        try {
            changed = change.change(request, text);
        } catch (ProxyException own) {
            throw own;
        } catch (IOException unfit) {
            throw refused.invalid("the body is not what it should be", unfit);
        } catch (RuntimeException fault) {
            throw new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, name + " failed: " + fault, fault);
        }
        if (changed == null) {
            throw new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, name + " returned no text");
        }
        return changed;
    }
}
