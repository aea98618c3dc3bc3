//! How each material answers the light: hair, leather, eyes and skin.

use crate::dog::{Dog, EYE, EYE_RADIUS, Part};
use crate::light::{KEY, KEY_COLOUR, RIM, RIM_COLOUR, Reach, mirrored, surroundings};
use crate::noise;
use crate::vector::{Vec3, lerp, mix, smoothstep, v3};

/// Light leaving a hair shaft towards the camera.
///
/// Kajiya and Kay's cylinder for the anisotropic part (two highlights, one white and one in the
/// shaft's own colour, shifted along it as Marschner and others measured), over a soft Lambert term
/// of the skin beneath, which keeps the form of the animal legible.
pub(crate) fn hair(
    colour: Vec3,
    tangent: Vec3,
    normal: Vec3,
    to_camera: Vec3,
    reach: &Reach,
) -> Vec3 {
    let across = |light: Vec3| (1.0 - tangent.dot(light) * tangent.dot(light)).max(0.0).sqrt();
    let lobe = |light: Vec3, shift: f32, power: f32| {
        let half = (light + to_camera).normalized();
        let along = (tangent + normal * shift).normalized().dot(half);
        libm::powf((1.0 - along * along).max(0.0).sqrt(), power)
    };
    let facing = |light: Vec3, wrap: f32| ((normal.dot(light) + wrap) / (1.0 + wrap)).max(0.0);

    let key_face = facing(KEY, 0.35);
    let key = KEY_COLOUR * (reach.key * key_face);
    let diffuse = key * mix(0.62, 1.0, across(KEY)) * 0.62;
    let gloss = key.times(
        Vec3::splat(0.045 * lobe(KEY, -0.12, 90.0)) + colour * (0.40 * lobe(KEY, 0.16, 22.0)),
    );
    // The rim light comes from behind: it grazes, and shines through the shaft.
    let rim = RIM_COLOUR * (reach.rim * facing(RIM, 0.55));
    let through = smoothstep(0.55, -0.35, normal.dot(to_camera));
    let backlit = rim.times(colour * (0.55 + 1.5 * through) + Vec3::splat(0.10 * through));
    let ambient = surroundings(normal) * reach.ambient;

    (diffuse + ambient * 0.75).times(colour) + gloss + backlit
}

/// Light leaving the bare or hidden skin at a world point.
pub(crate) fn skin(dog: &Dog, p: Vec3, normal: Vec3, to_camera: Vec3, coat: Vec3) -> Vec3 {
    let reach = Reach::at(dog, p, normal);
    match dog.part(p) {
        Part::Eye => eye(dog, p, to_camera, &reach),
        Part::Nose => leather(dog, p, normal, to_camera, &reach),
        Part::Lid => wet(v3(0.016, 0.010, 0.008), normal, to_camera, &reach, 0.012),
        Part::Mouth => wet(v3(0.020, 0.012, 0.010), normal, to_camera, &reach, 0.12),
        // Seen only between the strands: the depth of the coat.
        Part::Head | Part::Ear | Part::Body => matte(coat * 0.30, normal, &reach),
    }
}

fn matte(colour: Vec3, normal: Vec3, reach: &Reach) -> Vec3 {
    let key = KEY_COLOUR * (reach.key * normal.dot(KEY).max(0.0));
    let rim = RIM_COLOUR * (reach.rim * normal.dot(RIM).max(0.0));
    (key + rim + surroundings(normal) * reach.ambient).times(colour)
}

/// A dark surface under a film of water: Schlick's reflection over matte.
fn wet(colour: Vec3, normal: Vec3, to_camera: Vec3, reach: &Reach, film: f32) -> Vec3 {
    let grazing = 1.0 - normal.dot(to_camera).clamp(0.0, 1.0);
    let square = grazing * grazing;
    let fresnel = 0.04 + 0.96 * square * square * grazing;
    let sky = mirrored(to_camera.mirrored_about(normal));
    matte(colour, normal, reach) + sky * (fresnel * film * mix(0.25, 1.0, reach.ambient))
}

/// The nose: black pebbled leather, moist, with broad broken highlights.
fn leather(dog: &Dog, p: Vec3, normal: Vec3, to_camera: Vec3, reach: &Reach) -> Vec3 {
    let q = dog.in_head(p);
    let height = |q: Vec3| noise::pebbles(q * 46.0, 120).min(0.75);
    const STEP: f32 = 0.003;
    let here = height(q);
    let slope = v3(
        height(q + v3(STEP, 0.0, 0.0)) - here,
        height(q + v3(0.0, STEP, 0.0)) - here,
        height(q + v3(0.0, 0.0, STEP)) - here,
    );
    let bumpy = (normal + dog.head_direction(slope) * 0.9).normalized();
    let colour = v3(0.022, 0.017, 0.016) * mix(1.5, 0.6, here);
    // A rough film: mirror the surroundings about a few tilted normals.
    let mut sheen = Vec3::ZERO;
    for i in 0..6 {
        let tilt = noise::field(Vec3::splat(i as f32 * 7.3), 130) * 0.22;
        sheen = sheen + wet(Vec3::ZERO, (bumpy + tilt).normalized(), to_camera, reach, 0.75);
    }
    // The key light, broad, on the moist grain; nothing comes back out of the nostrils.
    let half = (KEY + to_camera).normalized();
    let gloss = KEY_COLOUR * (0.10 * reach.key * libm::powf(bumpy.dot(half).max(0.0), 16.0));
    let open = reach.ambient * reach.ambient;
    matte(colour, bumpy, reach) + (sheen / 6.0 + gloss) * open
}

/// The eye: a brown iris nearly filling the opening, lit from within on the side away from the key,
/// a pupil, a sliver of white in the corners, and the window mirrored in the cornea.
fn eye(dog: &Dog, p: Vec3, to_camera: Vec3, reach: &Reach) -> Vec3 {
    let q = dog.in_head(p);
    let centre = v3(EYE.x * q.x.signum(), EYE.y, EYE.z);
    let local = (q - centre) / EYE_RADIUS;
    // The ball's own normal: differences would catch the lid at its edge and glitter.
    let normal = dog.head_direction(local).normalized();
    // Both eyes look into the lens, a little apart as a dog's do.
    let gaze = dog.direction_in_head(to_camera);
    let gaze = (gaze + v3(0.10 * q.x.signum(), 0.0, 0.0)).normalized();
    let angle = libm::acosf(local.normalized().dot(gaze).clamp(-1.0, 1.0));
    let across = local - gaze * local.dot(gaze);

    let spoke = libm::atan2f(across.y, across.x);
    let fibres =
        noise::value(v3(libm::cosf(spoke) * 9.0, libm::sinf(spoke) * 9.0, angle * 3.0), 140);
    let amber = lerp(v3(0.050, 0.019, 0.006), v3(0.085, 0.032, 0.009), fibres);
    // Light refracted by the cornea gathers on the far side of the iris.
    let key = dog.direction_in_head(KEY);
    let glow = 0.50 + 1.5 * smoothstep(0.15, -0.55, across.dot(key));
    let iris = amber * glow * smoothstep(1.12, 0.85, angle);
    let white = v3(0.045, 0.032, 0.026);
    let ball = lerp(iris, white, smoothstep(1.14, 1.24, angle));
    let seen = ball * smoothstep(0.52, 0.66, angle);
    // The upper lid and its lashes shade the top of the eye.
    let shaded = mix(1.0, 0.30, smoothstep(-0.05, 0.65, local.y));

    let grazing = 1.0 - normal.dot(to_camera).clamp(0.0, 1.0);
    let fresnel = 0.045 + 0.5 * grazing * grazing * grazing * grazing;
    let reflection = mirrored(to_camera.mirrored_about(normal)) * fresnel;
    let light = KEY_COLOUR * (0.30 + 0.35 * reach.key) + surroundings(normal) * 0.5;
    seen.times(light) * shaded + reflection * 1.6
}
