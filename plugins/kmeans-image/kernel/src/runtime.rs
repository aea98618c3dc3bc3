//! What the standard library would bring, in a few bytes: memory and the end.

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes in a page of wasm memory.
const PAGE: usize = 1 << 16;

/// Gives memory from the end of the module's, and takes only the latest block back.
struct Bump {
    /// The first byte not given yet; 0 before the first use.
    next: AtomicUsize,
}

#[global_allocator]
static ALLOCATOR: Bump = Bump { next: AtomicUsize::new(0) };

// SAFETY: every block lies beyond all earlier ones, in memory that was grown for it. The module
// runs on one thread.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let end = core::arch::wasm32::memory_size::<0>() * PAGE;
        let next = match self.next.load(Relaxed) {
            0 => end,
            next => next,
        };
        let start = next.next_multiple_of(layout.align());
        let Some(after) = start.checked_add(layout.size()) else { return ptr::null_mut() };
        if after > end
            && core::arch::wasm32::memory_grow::<0>((after - end).div_ceil(PAGE)) == usize::MAX
        {
            return ptr::null_mut();
        }
        self.next.store(after, Relaxed);
        ptr::with_exposed_provenance_mut(start)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let start = block.addr();
        if start + layout.size() == self.next.load(Relaxed) {
            self.next.store(start, Relaxed);
        }
    }
}

#[panic_handler]
fn trap(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
