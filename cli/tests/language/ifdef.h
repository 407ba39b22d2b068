typedef struct __pmp_a
{
   short                           z_one;
#ifdef PMP_MORE
   short                           z_two;
#endif
   short                           z_three;
} pmp_a_def;
