/**
 * In what form bodies travel. Begin with {@link dev.sluice.proxy.content.Compression} for responses and {@link
 * dev.sluice.proxy.content.Decompression} for requests. All are filters, immutable and safe for use by many threads.
 */
@NullMarked
package dev.sluice.proxy.content;

import org.jspecify.annotations.NullMarked;
