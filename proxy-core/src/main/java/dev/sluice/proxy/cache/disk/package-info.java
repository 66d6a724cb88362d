/**
 * A cache's store on a disk: a file an entry, with checksums, and an index in memory that is rebuilt from the files'
 * names. {@link dev.sluice.proxy.cache.disk.DiskStore} is where to begin.
 */
@NullMarked
package dev.sluice.proxy.cache.disk;

import org.jspecify.annotations.NullMarked;
