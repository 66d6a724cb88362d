package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.rule.Multipart;
import dev.sluice.proxy.cache.store.StoredBody;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Several parts of a stored body as one body, each with its head. */
final class MultipartContent extends Body {
    private final StoredBody stored;
    private final Multipart parts;

    /** Closing it closes the stored body. */
    MultipartContent(StoredBody stored, Multipart parts) {
        this.stored = stored;
        this.parts = parts;
    }

    @Override
    public long length() {
        return parts.length();
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public InputStream open() {
        List<InputStream> pieces = new ArrayList<>();
        for (Multipart.Section section : parts.sections()) {
            pieces.add(new ByteArrayInputStream(section.head()));
            pieces.add(new StoredContent(
                            stored, section.part().first(), section.part().last() + 1)
                    .open());
        }
        pieces.add(new ByteArrayInputStream(parts.end()));
        return new SequenceInputStream(Collections.enumeration(pieces));
    }

    @Override
    public Headers trailers() {
        return Headers.empty();
    }

    @Override
    public void close() {
        stored.close();
    }
}
