//! The widest vectors that the machine has, for loops over lanes.
//!
//! The crate is compiled for any machine of a kind, with vectors of four single floats. Work that is
//! done here is compiled a second time, for those of eight, in case the machine has them. Operations
//! and their order are the same and none are fused, so that the bits are the same too.

/// Something to do on vectors: `#[inline(always)]`, and so should be what it calls.
pub(crate) trait Work {
    fn work(self);
}

/// Does `work` with the widest vectors of this machine.
pub(crate) fn widest(work: impl Work) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "vectors of eight need a machine that has them")]
        // SAFETY: AVX2 is all that `eights` asks for, and this machine has it.
        unsafe {
            eights(work);
        }
        return;
    }
    work.work();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn eights(work: impl Work) {
    work.work();
}
