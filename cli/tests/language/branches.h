#ifdef PMP_ALT
#define PMP_TKN_X 33488897LU
typedef struct __pmp_c
{
   short                           z_one;
} pmp_c_def;
#else
#define PMP_TKN_X 33488898LU
typedef struct __pmp_c
{
   short                           z_one;
   short                           z_two;
} pmp_c_def;
#endif
