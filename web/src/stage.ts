// Robot and world in three.js: shapes from the server's scene, poses from the states.

import * as THREE from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { mergeGeometries, toCreasedNormals } from 'three/addons/utils/BufferGeometryUtils.js';
import { current, onLanguage } from './i18n';
import type { Session } from './link';
import { poseOf, type State } from './protocol';

interface SceneGeom {
  body: number;
  type: 'plane' | 'sphere' | 'capsule' | 'ellipsoid' | 'cylinder' | 'box' | 'mesh';
  size: [number, number, number];
  position_m: [number, number, number];
  quaternion: [number, number, number, number];
  material: number;
  mesh?: number;
  shadow: boolean;
}
interface SceneMaterial {
  color: [number, number, number, number];
  shine: number;
  glow: number;
  texture?: number;
  repeat?: [number, number];
}
export interface SceneDocument {
  bodies: string[];
  geoms: SceneGeom[];
  materials: SceneMaterial[];
  meshes: { vertices: string; faces: string }[];
  textures: { width: number; height: number; rgb: string }[];
}
export type View = 'follow' | 'overview' | 'eyes';

const CREASE_rad = 0.7;
const WALL_MIN_m = 0.6;
const PIXEL_RATIO_MIN = 0.5;
const THEMES = {
  dark: { sky: 0x0a1119, ground: 0x0d151e, ambient: 0.75, sun: 2.2 },
  light: { sky: 0xdfe8ef, ground: 0xcdd8e0, ambient: 1.25, sun: 2.6 },
};

function bytesOf(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/** Shapes as MuJoCo means them: half sizes, capsules and cylinders along Z. */
function shapeOf(geom: SceneGeom, scene: SceneDocument): THREE.BufferGeometry {
  const [x, y, z] = geom.size;
  switch (geom.type) {
    case 'box': return new THREE.BoxGeometry(2 * x, 2 * y, 2 * z);
    case 'sphere': return new THREE.SphereGeometry(x, 24, 16);
    case 'ellipsoid': return new THREE.SphereGeometry(1, 24, 16).scale(x, y, z);
    case 'capsule': return new THREE.CapsuleGeometry(x, 2 * y, 6, 18).rotateX(Math.PI / 2);
    case 'cylinder': return new THREE.CylinderGeometry(x, x, 2 * y, 28).rotateX(Math.PI / 2);
    case 'plane': return new THREE.PlaneGeometry(2 * (x || 50), 2 * (y || 50));
    case 'mesh': {
      const mesh = scene.meshes[geom.mesh ?? 0];
      const geometry = new THREE.BufferGeometry();
      geometry.setAttribute('position', new THREE.BufferAttribute(new Float32Array(bytesOf(mesh.vertices)), 3));
      geometry.setIndex(new THREE.BufferAttribute(new Uint32Array(bytesOf(mesh.faces)), 1));
      return toCreasedNormals(geometry, CREASE_rad);
    }
  }
}

/** All of one body and one material become one thing to draw. */
function prepared(geom: SceneGeom, scene: SceneDocument): THREE.BufferGeometry {
  let geometry = shapeOf(geom, scene);
  if (geometry.index) geometry = geometry.toNonIndexed();
  if (!geometry.getAttribute('uv'))
    geometry.setAttribute('uv', new THREE.BufferAttribute(new Float32Array(2 * geometry.getAttribute('position').count), 2));
  geometry.applyMatrix4(new THREE.Matrix4().compose(
    new THREE.Vector3(...geom.position_m), new THREE.Quaternion(...geom.quaternion), new THREE.Vector3(1, 1, 1)));
  return geometry;
}

function tiles(color: THREE.Color): THREE.CanvasTexture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 256;
  const brush = canvas.getContext('2d')!;
  brush.fillStyle = `#${color.getHexString()}`;
  brush.fillRect(0, 0, 256, 256);
  brush.fillStyle = 'rgba(255,255,255,0.035)';
  brush.fillRect(0, 0, 128, 128);
  brush.fillRect(128, 128, 128, 128);
  brush.strokeStyle = 'rgba(10,20,30,0.16)';
  brush.lineWidth = 3;
  brush.strokeRect(0, 0, 128, 128);
  brush.strokeRect(128, 128, 128, 128);
  const texture = new THREE.CanvasTexture(canvas);
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.anisotropy = 8;
  return texture;
}

/** Without a graphics card: simpler surfaces, and fewer pixels. */
function isDrawnBySoftware(gl: WebGLRenderingContext | WebGL2RenderingContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
}

export class Stage {
  view: View = 'follow';
  private renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera(40, 1, 0.05, 120);
  private readonly controls: OrbitControls;
  private readonly sun = new THREE.DirectionalLight(0xfff4e6, 2.2);
  private readonly sky = new THREE.HemisphereLight(0xdcebff, 0x47505a, 0.75);
  private world = new THREE.Group();
  private readonly marks = new THREE.Group();
  private readonly trail: THREE.Line;
  private readonly trailPoints: number[] = [];
  private readonly rings: THREE.Mesh[] = [];
  private bodies: THREE.Group[] = [];
  private walls: { mesh: THREE.Object3D; axis: 0 | 1; side: number; at: number }[] = [];
  private base = -1;
  private head = -1;
  private readonly poseA = new Float64Array(7);
  private readonly poseB = new Float64Array(7);
  private readonly q = new THREE.Quaternion();
  private readonly target = new THREE.Vector3(0, 0, 0.95);
  private hasTarget = false;
  private labels: { sprite: THREE.Sprite; en: string; zh: string }[] = [];
  private slow = 0;
  private readonly isWeak: boolean;
  frames = 0;

  constructor(private canvas: HTMLCanvasElement) {
    // A context takes long to make without a graphics card, and only with one can smooth edges be afforded: the first
    // one asks for none, and stays if it is drawn by software.
    const contextOf = (antialias: boolean) =>
      new THREE.WebGLRenderer({ canvas: this.canvas, antialias, powerPreference: 'high-performance' });
    this.renderer = contextOf(false);
    this.isWeak = isDrawnBySoftware(this.renderer.getContext());
    if (!this.isWeak) {
      this.renderer.forceContextLoss();
      this.canvas = canvas.cloneNode() as HTMLCanvasElement;
      canvas.replaceWith(this.canvas);
      this.renderer = contextOf(true);
    }
    this.renderer.debug.checkShaderErrors = false; // would wait for each shader before the next is begun
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = this.isWeak ? THREE.BasicShadowMap : THREE.PCFShadowMap;
    this.renderer.toneMapping = THREE.ACESFilmicToneMapping;
    this.renderer.setPixelRatio(this.isWeak ? 0.75 : Math.min(window.devicePixelRatio, 2));
    this.camera.up.set(0, 0, 1);
    this.camera.position.set(-2.6, -3.2, 1.9);
    this.controls = new OrbitControls(this.camera, this.canvas);
    this.controls.enableDamping = true;
    this.controls.enablePan = false;
    this.controls.minDistance = 1.2;
    this.controls.maxDistance = 16;
    this.controls.maxPolarAngle = 1.52;
    this.controls.target.copy(this.target);
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.setScalar(this.isWeak ? 768 : 2048);
    this.sun.shadow.camera.near = 1;
    this.sun.shadow.camera.far = 22;
    const reach = 4.5;
    Object.assign(this.sun.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach });
    this.sun.shadow.bias = -0.0004;
    this.sun.shadow.normalBias = 0.02;
    this.trail = new THREE.Line(new THREE.BufferGeometry(),
      new THREE.LineBasicMaterial({ color: 0x35d0c7, transparent: true, opacity: 0.55 }));
    this.trail.frustumCulled = false;
    for (let i = 0; i < 8; ++i) {
      const ring = new THREE.Mesh(new THREE.RingGeometry(0.92, 1, 48),
        new THREE.MeshBasicMaterial({ color: 0xffb454, transparent: true, opacity: 0.8, depthWrite: false }));
      ring.visible = false;
      this.rings.push(ring);
    }
    this.scene.add(this.world, this.marks, this.trail, ...this.rings, this.sky, this.sun, this.sun.target);
    onLanguage(() => this.nameLabels());
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement!);
    this.resize();
  }

  setTheme(dark: boolean): void {
    const theme = dark ? THEMES.dark : THEMES.light;
    this.scene.background = new THREE.Color(theme.sky);
    this.scene.fog = new THREE.Fog(theme.sky, 9, 26);
    this.sky.intensity = theme.ambient;
    this.sun.intensity = theme.sun;
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement!;
    if (width === 0 || height === 0) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  /** Panels lie over the picture: the middle of what is left is where the robot belongs. */
  setMargins(left: number, right: number, top: number, bottom: number): void {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement!;
    this.camera.setViewOffset(width, height, (right - left) / 2, (bottom - top) / 2, width, height);
  }

  build(document: SceneDocument, session: Session): void {
    this.scene.remove(this.world);
    this.world.traverse((thing) => { if (thing instanceof THREE.Mesh) thing.geometry.dispose(); });
    this.world = new THREE.Group();
    this.walls = [];
    const materials = document.materials.map((material) => this.materialOf(material, document));
    this.bodies = document.bodies.map(() => new THREE.Group());
    const parts = new Map<string, { geometries: THREE.BufferGeometry[]; geom: SceneGeom }>();
    for (const geom of document.geoms) {
      if (geom.type === 'plane') {
        this.bodies[geom.body].add(this.floorOf(geom, document));
        continue;
      }
      const isWall = !geom.shadow && geom.type === 'box' && 2 * geom.size[2] > WALL_MIN_m;
      if (isWall) {
        this.addWall(geom, document, materials[geom.material]);
        continue;
      }
      const key = `${geom.body}/${geom.material}/${geom.shadow}`;
      const part = parts.get(key) ?? { geometries: [], geom };
      part.geometries.push(prepared(geom, document));
      parts.set(key, part);
    }
    for (const { geometries, geom } of parts.values()) {
      const mesh = new THREE.Mesh(mergeGeometries(geometries), materials[geom.material]);
      mesh.castShadow = geom.shadow;
      mesh.receiveShadow = true;
      this.bodies[geom.body].add(mesh);
    }
    this.world.add(...this.bodies);
    this.scene.add(this.world);
    this.base = document.bodies.indexOf(session.base);
    this.head = document.bodies.indexOf(session.head);
    this.hasTarget = false;
    this.trailPoints.length = 0;
    this.markPlaces(session);
  }

  private materialOf(material: SceneMaterial, document: SceneDocument): THREE.Material {
    const [r, g, b, a] = material.color;
    const common = { color: new THREE.Color().setRGB(r, g, b, THREE.SRGBColorSpace), transparent: a < 1, opacity: a };
    const made = this.isWeak ? new THREE.MeshLambertMaterial(common) : new THREE.MeshStandardMaterial({
      ...common, roughness: Math.max(0.18, 0.85 - 0.6 * material.shine), metalness: 0.08 });
    if (material.glow > 0) {
      made.emissive.copy(made.color);
      made.emissiveIntensity = 1.4 * material.glow;
    }
    if (material.texture !== undefined) {
      const { width, height, rgb } = document.textures[material.texture];
      const bytes = new Uint8Array(bytesOf(rgb));
      const rgba = new Uint8Array(4 * width * height).fill(255);
      for (let p = 0; p < width * height; ++p) rgba.set(bytes.subarray(3 * p, 3 * p + 3), 4 * p);
      const texture = new THREE.DataTexture(rgba, width, height);
      texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
      texture.colorSpace = THREE.SRGBColorSpace;
      texture.repeat.set(...(material.repeat ?? [1, 1]));
      texture.needsUpdate = true;
      made.map = texture;
    }
    return made;
  }

  private floorOf(geom: SceneGeom, document: SceneDocument): THREE.Mesh {
    const [r, g, b] = document.materials[geom.material].color;
    const color = new THREE.Color().setRGB(r, g, b, THREE.SRGBColorSpace);
    const texture = tiles(color);
    texture.repeat.set(geom.size[0] || 50, geom.size[1] || 50);
    const floor = new THREE.Mesh(shapeOf(geom, document), this.isWeak ? new THREE.MeshLambertMaterial({ map: texture })
      : new THREE.MeshStandardMaterial({ map: texture, roughness: 0.62 }));
    floor.position.set(...geom.position_m);
    floor.quaternion.set(...geom.quaternion);
    floor.receiveShadow = true;
    return floor;
  }

  /** Walls step aside when the camera is behind them. */
  private addWall(geom: SceneGeom, document: SceneDocument, material: THREE.Material): void {
    const mesh = new THREE.Mesh(prepared(geom, document), material);
    mesh.receiveShadow = true;
    this.bodies[geom.body].add(mesh);
    const box = new THREE.Box3().setFromObject(mesh);
    const size = box.getSize(new THREE.Vector3());
    const middle = box.getCenter(new THREE.Vector3());
    const axis = size.x < size.y ? 0 : 1;
    const at = middle.getComponent(axis);
    this.walls.push({ mesh, axis, side: Math.sign(at), at: Math.abs(at) });
  }

  private markPlaces(session: Session): void {
    this.marks.clear();
    this.labels = [];
    for (const zone of session.zones) {
      const shape = new THREE.Shape(zone.corners_m.map(([x, y]) => new THREE.Vector2(x, y)));
      const color = zone.kind === 'keep_out' ? 0xff4d5e : 0xffb454;
      const area = new THREE.Mesh(new THREE.ShapeGeometry(shape),
        new THREE.MeshBasicMaterial({ color, transparent: true, opacity: 0.14, depthWrite: false }));
      area.position.z = 0.006;
      const edge = new THREE.LineLoop(
        new THREE.BufferGeometry().setFromPoints(zone.corners_m.map(([x, y]) => new THREE.Vector3(x, y, 0.012))),
        new THREE.LineBasicMaterial({ color, transparent: true, opacity: 0.8 }));
      this.marks.add(area, edge);
    }
    for (const place of session.places) {
      if (!place.p_m) continue;
      const sprite = new THREE.Sprite(new THREE.SpriteMaterial({ transparent: true, sizeAttenuation: false, depthWrite: false }));
      sprite.position.set(place.p_m[0], place.p_m[1], 0.12);
      this.labels.push({ sprite, en: place.en, zh: place.zh });
      this.marks.add(sprite);
      const dot = new THREE.Mesh(new THREE.RingGeometry(0.1, 0.13, 32),
        new THREE.MeshBasicMaterial({ color: 0x35d0c7, transparent: true, opacity: 0.7, depthWrite: false }));
      dot.position.set(place.p_m[0], place.p_m[1], 0.01);
      this.marks.add(dot);
    }
    this.nameLabels();
  }

  private nameLabels(): void {
    for (const { sprite, en, zh } of this.labels) {
      const canvas = document.createElement('canvas');
      canvas.width = 256;
      canvas.height = 64;
      const brush = canvas.getContext('2d')!;
      brush.font = '500 26px system-ui, "Noto Sans SC", sans-serif';
      const text = current() === 'zh' ? zh : en;
      const width = brush.measureText(text).width + 28;
      brush.fillStyle = 'rgba(8,15,22,0.62)';
      brush.beginPath();
      brush.roundRect(128 - width / 2, 12, width, 40, 20);
      brush.fill();
      brush.fillStyle = '#e8f1f5';
      brush.textAlign = 'center';
      brush.textBaseline = 'middle';
      brush.fillText(text, 128, 33);
      sprite.material.map?.dispose();
      sprite.material.map = new THREE.CanvasTexture(canvas);
      sprite.material.map.colorSpace = THREE.SRGBColorSpace;
      sprite.material.needsUpdate = true;
      sprite.scale.set(0.15, 0.0375, 1);
    }
  }

  /** Puts every body between two states, and draws. */
  draw(from: State, to: State, share: number, dt: number): void {
    const count = Math.min(from.bodies, to.bodies, this.bodies.length);
    for (let b = 0; b < count; ++b) {
      poseOf(from, b, this.poseA);
      poseOf(to, b, this.poseB);
      const [a, z] = [this.poseA, this.poseB];
      const body = this.bodies[b];
      body.position.set(a[0] + share * (z[0] - a[0]), a[1] + share * (z[1] - a[1]), a[2] + share * (z[2] - a[2]));
      body.quaternion.set(a[3], a[4], a[5], a[6]).normalize().slerp(this.q.set(z[3], z[4], z[5], z[6]).normalize(), share);
    }
    for (let i = 0; i < this.rings.length; ++i) {
      const track = to.tracks[i];
      this.rings[i].visible = Boolean(track?.isPerson);
      if (!track) continue;
      this.rings[i].position.set(track.x, track.y, 0.015);
      this.rings[i].scale.setScalar(track.radius + 0.25);
    }
    this.moveCamera(dt);
    for (const wall of this.walls)
      wall.mesh.visible = this.camera.position.getComponent(wall.axis) * wall.side < wall.at - 0.02;
    this.keepPace(dt);
    this.renderer.render(this.scene, this.camera);
    ++this.frames;
  }

  private moveCamera(dt: number): void {
    const base = this.bodies[this.base];
    if (!base) return;
    const place = base.position;
    this.leaveTrail(place);
    this.sun.target.position.set(place.x, place.y, 0);
    this.sun.position.set(place.x - 3.5, place.y - 4.2, 9);
    const wanted = this.view === 'overview' ? new THREE.Vector3(0, 0, 0.5) : new THREE.Vector3(place.x, place.y, 0.92);
    if (this.view === 'eyes' && this.head >= 0) {
      const head = this.bodies[this.head];
      const ahead = new THREE.Vector3(1, 0, -0.12).applyQuaternion(head.quaternion);
      this.camera.position.copy(head.position).addScaledVector(ahead, 0.16);
      this.camera.position.z += 0.08;
      this.camera.lookAt(head.position.clone().addScaledVector(ahead, 3));
      return;
    }
    const before = this.controls.target.clone();
    const pull = this.hasTarget ? 1 - Math.exp(-dt / 0.18) : 1;
    this.controls.target.lerp(wanted, pull);
    this.camera.position.add(this.controls.target.clone().sub(before));
    this.hasTarget = true;
    this.controls.update(dt);
  }

  show(view: View): void {
    this.view = view;
    if (view === 'overview') {
      this.controls.target.set(0, 0, 0.5);
      this.camera.position.set(-6.5, -6.5, 7);
    } else if (view === 'follow') {
      const base = this.bodies[this.base]?.position ?? this.target;
      this.controls.target.set(base.x, base.y, 0.92);
      this.camera.position.set(base.x - 2.6, base.y - 3.2, 1.9);
    }
  }

  private leaveTrail(place: THREE.Vector3): void {
    const n = this.trailPoints.length;
    const moved = n < 3 || Math.hypot(place.x - this.trailPoints[n - 3], place.y - this.trailPoints[n - 2]) > 0.05;
    if (!moved) return;
    this.trailPoints.push(place.x, place.y, 0.014);
    if (this.trailPoints.length > 3 * 600) this.trailPoints.splice(0, 3);
    this.trail.geometry.dispose();
    this.trail.geometry = new THREE.BufferGeometry();
    this.trail.geometry.setAttribute('position', new THREE.Float32BufferAttribute(this.trailPoints, 3));
  }

  /** On a weak machine fewer pixels, rather than fewer pictures. */
  private keepPace(dt: number): void {
    const weight = Math.min(0.3, dt); // of about a second and a half, however many pictures that is
    this.slow += weight * ((dt > 0.036 ? 1 : 0) - this.slow);
    const ratio = this.renderer.getPixelRatio();
    if (this.slow < 0.6 || ratio <= PIXEL_RATIO_MIN) return;
    this.renderer.setPixelRatio(Math.max(PIXEL_RATIO_MIN, 0.8 * ratio));
    this.slow = 0;
    this.resize();
  }
}
